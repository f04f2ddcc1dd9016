"""People at their desks in a real browser: who logs in, what is typed, what is sent."""

from __future__ import annotations

from typing import Any

from tests.support.serving import Serving

HANDLERS = ("张演示", "李演示")


class Desk:
    """A person at the desk, logged in with his own login of the demonstration."""

    def __init__(self, page: Any, product: Serving, login: str) -> None:
        self.page, self.url = page, product.url
        page.context.clear_cookies()
        page.goto(f"{self.url}/login/")
        page.fill("#id_username", login)
        page.fill("#id_password", (product.var / "secrets" / "demonstration").read_text().strip())
        page.click("main button[type=submit]")
        page.wait_for_url("**/work/")

    def open(self, case: str, act: str) -> None:
        self.page.goto(f"{case}do/{act}/")

    def fill(self, **facts: str) -> None:
        """Type into the fields of these names; of a select choose by what it shows."""
        for name, value in facts.items():
            field = self.page.locator(f'[name="{name}"]').first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def tick(self, *names: str) -> None:
        for name in names:
            self.page.check(f'input[name="{name}"]')

    def both_officers(self) -> None:
        for name in HANDLERS:
            self.page.locator("label.sx-check", has_text=name).locator("input").check()

    def send(self) -> str:
        """Send the form; what the next page says."""
        self.page.click("main form.sx-card .sx-actions button[type=submit]")
        return str(self.page.inner_text("main"))

    def does(self, case: str, act: str, *ticked: str, **facts: str) -> str:
        """An act that must go through: open it, tick, type, send. Fields of a table are named `table.row.column`."""
        self.open(case, act)
        self.tick(*ticked)
        self.fill(**facts)
        said = self.send()
        assert "已办理" in said, f"{act}: {said}"
        return said

    def says_why(self, case: str) -> None:
        """Tell the purpose of looking at what a case holds, once for the day; back on its page."""
        stream = case.rstrip("/").rpartition("/")[2]
        self.page.goto(f"{self.url}/recording/{stream}/why/?next=/work/cases/{stream}/")
        self.page.locator("main input[name=purpose]").first.check()
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(case)
