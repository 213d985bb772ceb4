"""What the schema generator cannot read off the views themselves."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerKeyScheme(OpenApiAuthenticationExtension):
    target_class = "config.accounts.authentication.BearerKey"
    name = "apiKey"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of the account, as `Authorization: Bearer <key>`.",
        }
