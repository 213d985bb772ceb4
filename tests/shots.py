"""Pictures of every console page, in English light and dark and in Chinese: look at them.

    python tests/shots.py --url http://localhost:8000 --user admin --password ...

The pages are what the sidebar links to, the first row of each list, and EXTRA. Pictures go to var/shots/.
"""

import argparse
import os
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu"]
WIDTH, HEIGHT = 1366, 900
VARIANTS = {"en-light": ("en", "light"), "en-dark": ("en", "dark"), "zh-light": ("zh-hans", "light")}
EXTRA = [
    "callback-endpoint-add/",
    "profile/",
    "keys/new/",
    "accounts/account/add/",
    "accounts/user/add/",
    "review-queue/?view=focus&tab=text",
    "review-queue/?view=focus&tab=image",
    "review-queue/?view=grid&tab=text",
    "review-queue/?view=grid&tab=image",
    "review-queue/?view=case&tab=text",
]
FIRST_ROW = "#result_list tbody th a, #result_list tbody td a, .as-table a[data-detail]"
LINKS_OF_A_ROW = 2


def main() -> None:
    options = read_options()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    console = urljoin(options.url, "/console/")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (language, theme) in VARIANTS.items():
            page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme)
            page.on("console", lambda message: message.type == "error" and print("!", message.text))
            page.on("pageerror", lambda error: print("!", error))
            shoot_door(page, console, language, f"{options.out}/sign-in-{name}.png")
            sign_in(page, console, options)
            choose_language(page, language)
            for address in addresses(page, console):
                shoot(page, address, f"{options.out}/{name_of(address)}-{name}.png")
            page.context.close()
        chromium.close()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default=os.environ.get("ASSAY_SHOTS_PASSWORD", "admin"))
    parser.add_argument("--out", default="var/shots")
    return parser.parse_args()


def shoot_door(page: Page, console: str, language: str, path: str) -> None:
    page.goto(console)
    choose_language(page, language)
    page.screenshot(path=path)


def sign_in(page: Page, console: str, options) -> None:
    page.goto(console)
    page.fill("[name=username]", options.user)
    page.fill("[name=password]", options.password)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")


def choose_language(page: Page, language: str) -> None:
    with page.expect_navigation():
        page.locator(f"[name=language][value={language}]").first.evaluate("button => button.click()")


def addresses(page: Page, console: str) -> list[str]:
    page.goto(console)
    found = page.eval_on_selector_all(".as-side-nav a", "links => links.map(link => link.href)")
    found += [urljoin(console, path) for path in EXTRA]
    for address in list(found):
        page.goto(address)
        links = page.eval_on_selector_all(FIRST_ROW, "links => links.map(link => link.href)")
        found += links[:LINKS_OF_A_ROW]
    return list(dict.fromkeys(found))


def name_of(address: str) -> str:
    parts = urlsplit(address)
    path = parts.path.removeprefix("/console/").strip("/").replace("/", "-") or "dashboard"
    return "-".join([path, *(value for _name, value in parse_qsl(parts.query))])


def shoot(page: Page, address: str, path: str) -> None:
    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)
    print(answer.status, path)


if __name__ == "__main__":
    main()
