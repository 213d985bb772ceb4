"""Whether the account may use the platform. Nothing is bought here, so that nothing is ever owed."""

from config.wire.envelopes import Envelope
from config.wire.registry import CONSOLE, Call, operation


@operation(CONSOLE, "GetUserBuyStatus", scope="stats:read", envelope=Envelope.CONSOLE)
def get_user_buy_status(call: Call) -> dict:
    return {"Data": {"Buy": call.account.is_active, "Indebt": False}}
