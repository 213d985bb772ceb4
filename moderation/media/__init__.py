"""Pictures that strangers send: what they are, and how they become pixels without harm to anybody."""
