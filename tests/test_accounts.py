"""What a project with accounts closes by itself."""

from pathlib import Path

import pytest
from conftest import Make, run
from people import SETTINGS
from variants import JWT_PAIR

# A route that its author has written without a thought of who may call it, as a tutorial shows it.
FORGETFUL = {
    "fastapi-jwt": """
from fastapi import APIRouter

router = APIRouter(prefix="/api/v1/open")

@router.get("")
async def tell() -> str:
    return str(current_caller().user_id)

app.include_router(router)
""",
    "flask-jwt": """
@app.get("/api/v1/open")
def tell() -> str:
    return str(current_caller().user_id)
""",
}

ASK = """
from my_shop import logs
from my_shop.accounts.ownership import current_caller
from my_shop.api import create_app
from my_shop.database import Database
from my_shop.migrations import upgrade
from my_shop.settings import Settings
from tests.client import make_client
from tests.people import PEOPLE, headers_of, settle

settings = Settings(log_level="error")
logs.configure(settings)
database = Database(settings.database_url)
upgrade(database)
settle(database)
app = create_app(settings)
{forgetful}
with make_client(app) as client:
    del client.headers["Authorization"]
    print(client.get("/api/v1/open").status_code)
    print(client.get("/api/v1/open", headers=headers_of("ada", "items:read")).status_code)
    answer = client.get("/api/v1/open", headers=headers_of("ada", "open:read"))
    print(answer.status_code, str(PEOPLE["ada"]) in answer.text)
"""


@pytest.mark.parametrize("variant", JWT_PAIR)
def test_a_route_that_forgets_to_ask_is_closed(variant: str, installed: Make, tmp_path: Path) -> None:
    project = installed(variant)
    script = ASK.replace("{forgetful}", FORGETFUL[variant])
    database = f"sqlite:///{tmp_path}/open.db"
    asked = run(project / ".venv/bin/python", "-c", script, cwd=project, DATABASE_URL=database, **SETTINGS)
    assert asked.stdout.splitlines() == ["401", "403", "200 True"]
