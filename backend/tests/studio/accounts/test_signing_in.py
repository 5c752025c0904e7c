"""People make accounts, sign in, go on with their sessions, and sign out."""

from fastapi.testclient import TestClient

from tests.studio.conftest import PASSWORD, sign_up


def test_whoever_registers_is_signed_in(studio: TestClient) -> None:
    headers = sign_up(studio, " Ada@Example.com")
    told = studio.get("/api/auth/me", headers=headers)
    assert told.status_code == 200
    assert told.json()["user"] == {
        "id": told.json()["user"]["id"],
        "email": "ada@example.com",
        "role": "admin",
        "onboarding_completed": False,
        "is_demo": False,
    }


def test_one_can_come_back_later(studio: TestClient) -> None:
    sign_up(studio)
    answer = studio.post("/api/auth/login", json={"email": "ADA@example.com ", "password": PASSWORD})
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert studio.get("/api/auth/me", headers=headers).json()["user"] == answer.json()["user"]
