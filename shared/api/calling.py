"""The durable client of the HTTP call that is being answered.

Azure hands it to the trigger function of each call and not to the app, so it travels beside the ASGI scope: the trigger
sets it, the routes read it, and two calls at the same time never see each other's.
"""

from contextvars import ContextVar

from shared.ports import Orchestrations

orchestrations: ContextVar[Orchestrations] = ContextVar("orchestrations")
