"""A day's work by keyboard alone: mixed items, a key to pass, two to block, nothing lost, nothing twice."""

import json
from collections import Counter
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from moderation.models.content import ContentType
from review.models import Decision, ReviewItem
from tests.ground import proofs
from tests.review.desks import CONTACT, DRUGS, PORN, account, picture_item, sit_down, text_item

__all__ = ["account", "sit_down"]

TEXTS, PICTURES = proofs.of(380, part=70), proofs.of(120, part=30)
# Counts what reaches the page, and from the key to the frame that shows another item.
COUNT = """
window.work = { mouse: 0, keys: 0, waits: [] };
for (const kind of ["mousedown", "mouseup", "click", "pointerdown", "wheel", "contextmenu"]) {
  addEventListener(kind, (event) => { if (event.isTrusted) window.work.mouse += 1; }, true);
}
document.addEventListener("DOMContentLoaded", () => {
  const left = document.querySelector("[data-left]");
  const DECIDES = /^(KeyP|Enter|Digit.)$/;
  let pressed = 0;
  addEventListener("keydown", (event) => {
    window.work.keys += 1;
    if (DECIDES.test(event.code)) pressed = performance.now();
  }, true);
  if (left) new MutationObserver(() => {
    const began = pressed;
    const note = () => window.work.waits.push(performance.now() - began);
    if (began) requestAnimationFrame(() => setTimeout(note));
    pressed = 0;
  }).observe(left, { childList: true });
});
"""


def furnish(account) -> None:
    now = timezone.now()
    for number in range(TEXTS):
        labels = [CONTACT, DRUGS][: 1 + number % 2]
        said = f"Offer {number}: {number * 7919 % 100003} lamps of {number * 31 % 977} kinds"
        text_item(
            account, said, *labels, at=now - timedelta(minutes=number), author_id=f"member-{number % 40}"
        )
    for number in range(PICTURES):
        labels = [[PORN], [DRUGS], []][number % 3]
        picture_item(
            account, number + 1, *labels, at=now - timedelta(minutes=number), level="" if labels else "low"
        )


def decide_by_keyboard(page, kind: str, count: int) -> Counter:
    """Pass, agree, block as the first and as the third: in turn, each with its keys."""
    used, before = Counter(), 0
    for number in range(count):
        another = page.wait_for_selector(f'.wb-left > .wb-content:not([data-item="{before}"])')
        before = another.get_attribute("data-item")
        for key in [["p"], ["Enter"], ["b", "1"], ["p"], ["b", "3"]][number % 5]:
            page.keyboard.press(key)
            used["keys"] += 1
        used["block" if number % 5 in (2, 4) else "single"] += 1
    expect(page.locator(".wb-empty")).to_be_visible(timeout=30_000)
    expect(page.locator(f'[data-count="{kind}"]')).to_have_text("0", timeout=30_000)
    return used


def test_five_hundred_items_are_decided_by_keyboard_alone(account, sit_down):
    furnish(account)
    visit = sit_down("rea")
    page = visit.page
    page.add_init_script(COUNT)
    used = Counter()
    visit.go("/console/review-queue/?tab=text&view=focus")
    used += decide_by_keyboard(page, ContentType.TEXT, TEXTS)
    page.keyboard.press("BracketLeft")  # to the videos, and on to the pictures
    page.keyboard.press("BracketLeft")
    used += decide_by_keyboard(page, ContentType.IMAGE, PICTURES)
    expect(page.locator("#workbench")).to_have_attribute("data-unsent", "0", timeout=30_000)
    work = json.loads(page.evaluate("JSON.stringify(window.work)"))

    items = ReviewItem.objects.owned_by(account)
    assert items.decided().count() == TEXTS + PICTURES
    per_item = Counter(Decision.objects.owned_by(account).values_list("item_id", flat=True))
    assert len(per_item) == TEXTS + PICTURES and set(per_item.values()) == {1}
    assert used["keys"] == used["single"] + 2 * used["block"]
    assert work["keys"] == used["keys"] + 2
    assert work["mouse"] == 0
    outcomes = Counter(Decision.objects.owned_by(account).values_list("outcome", flat=True))
    assert outcomes["block"] >= used["block"] and outcomes["pass"] >= used["single"] // 3
    waits = sorted(work["waits"])
    print(
        f"\n{len(per_item)} decisions, {used['keys']} keys, {work['mouse']} mouse events; "
        "key to painted item: "
        f"p50 {waits[len(waits) // 2]:.1f} ms, p95 {waits[int(len(waits) * 0.95)]:.1f} ms, "
        f"max {waits[-1]:.1f} ms"
    )
