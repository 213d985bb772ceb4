"""`POST /v1/moderations` for clients of OpenAI's: they change the base address and the key."""
