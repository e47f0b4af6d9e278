"""A generated project, with its database."""

from my_shop import logs
from my_shop.api import create_app
from my_shop.settings import Settings
from tests.client import make_client

settings = Settings()
logs.configure(settings)
client = make_client(create_app(settings))
