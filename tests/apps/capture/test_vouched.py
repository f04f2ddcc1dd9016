"""A phone uses a task package only where the signature of the installation is right: a forged one is refused in plain
words, fetched or kept, and what the phone has goes on."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client

from sanxiang.core.ledger import canonical_bytes
from sanxiang.three_systems.recording.capture import vouching

from .browsing import end, pieces, start, whole
from .conftest import BASE

pytestmark = [pytest.mark.clauses("LY-24"), pytest.mark.journeys("recording.capture")]
FORGED = "任务包的签名不对，没有使用"


def verified(body: Any, signature: str, key: str) -> bool:
    raw = base64.b64decode(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(key))
    try:
        point.verify(pair, canonical_bytes(body), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def test_the_package_is_signed_with_the_key_that_the_page_carries(theatre: Any, story: Any, settings: Any) -> None:
    client = Client()
    client.force_login(theatre.account("zhang"))
    made, page = client.get(f"{BASE}package").json(), client.get(BASE).content.decode()
    key = vouching.public_key()
    assert f'data-key="{key}"' in page
    assert verified(made["body"], made["signature"], key)
    assert not verified(made["body"] | {"name": "别人"}, made["signature"], key)
    settings.SECRET_KEY = "another installation"
    assert vouching.public_key() != key
    assert not verified(made["body"], vouching.signed(made["body"]), key)


def forge(page: Any, change: Any) -> None:
    """From now on the package comes as somebody on the way would have it."""

    def handle(route: Any) -> None:
        answer = route.fetch()
        made = answer.json()
        change(made)
        route.fulfill(response=answer, body=json.dumps(made))

    page.context.route("**/capture/package", handle)


def again(page: Any) -> None:
    page.reload()
    page.wait_for_selector("body[data-ready]")


@pytest.mark.browser
def test_a_forged_package_is_refused_and_the_one_before_goes_on(app: Any, story: Any, theatre: Any) -> None:
    page = app()
    titles = page.evaluate("sanxiang.pack.tasks.map((one) => one.title)")
    assert titles
    assert page.locator("[role=alert]").count() == 0

    def change(made: Any) -> None:
        made["body"]["tasks"] = []
        made["body"]["name"] = "冒名"

    forge(page, change)
    again(page)
    assert FORGED in page.locator("main [role=alert]").inner_text()
    assert page.evaluate("sanxiang.pack.tasks.map((one) => one.title)") == titles
    assert page.evaluate("sanxiang.pack.name") != "冒名"
    take = start(page)
    pieces(page, 2)
    end(page)
    assert whole(theatre, take).grade == "A"


@pytest.mark.browser
@pytest.mark.parametrize("how", ["unsigned", "other installation", "cut"])
def test_without_one_before_nothing_is_used(how: str, browser: Any, served: Any, theatre: Any, story: Any) -> None:
    from .browsing import ALLOWED, PHONE

    context = browser.new_context(**PHONE, permissions=ALLOWED, service_workers="block")
    context.add_cookies([served.cookie(theatre.account("zhang"))])
    page = context.new_page()

    def change(made: Any) -> None:
        other = ec.generate_private_key(ec.SECP256R1())
        signature = base64.b64decode(made["signature"])
        made["signature"] = {
            "unsigned": "",
            "cut": base64.b64encode(signature[:40]).decode(),
            "other installation": base64.b64encode(
                other.sign(canonical_bytes(made["body"]), ec.ECDSA(SHA256()))
            ).decode(),
        }[how]

    forge(page, change)
    page.goto(f"{served.url}{BASE}")
    page.wait_for_selector("body[data-ready]")
    assert FORGED in page.locator("main [role=alert]").inner_text()
    assert page.evaluate("sanxiang.pack") is None
    page.locator("#bar .big").tap()
    page.wait_for_selector("text=先联网登录一次")
    context.close()


@pytest.mark.browser
def test_what_was_changed_on_the_phone_is_not_used(app: Any, served: Any, story: Any) -> None:
    page = app()
    page.evaluate("""async () => {
      const kept = await sanxiang.ask("load", {place: "state", name: "package.json"});
      kept.body.tasks[0].title = "改过的案件";
      await sanxiang.ask("save", {place: "state", name: "package.json", data: kept});
    }""")
    page.context.route("**/capture/package", lambda route: route.abort())
    again(page)
    assert page.evaluate("sanxiang.pack") is None
    assert FORGED in page.locator("main [role=alert]").inner_text()
    assert "改过的案件" not in page.content()


@pytest.mark.browser
def test_a_new_key_is_used_after_somebody_compared_it(app: Any, story: Any, settings: Any) -> None:
    page = app()
    before = vouching.fingerprint()
    page.evaluate("""async (key) => sanxiang.ask("save", {place: "state", name: "key.json", data: {key}})""",
                  base64.b64encode(b"\x04" + b"1" * 64).decode())  # fmt: skip
    again(page)
    told = page.locator("main [role=alert]").inner_text()
    assert "换了签名钥匙" in told
    assert before in told
    page.get_by_role("button", name="已向管理员核对一致").tap()
    page.wait_for_function("() => sanxiang.pack && sanxiang.pack.tasks.length", timeout=60_000)
    page.locator("main [role=alert]").wait_for(state="detached", timeout=60_000)  # painted after the tasks are there
