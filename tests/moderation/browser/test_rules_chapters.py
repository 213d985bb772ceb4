"""The user guide's chapters about rules, step by step, in a browser; the API shows that they took effect."""

import pytest
from playwright.sync_api import expect

from moderation.models import Service
from tests.factories import make_vocabulary, service_of
from tests.libraries.pictures import png
from tests.pictures import saying

BASELINE = "baselineCheck_global"

pytestmark = pytest.mark.usefixtures("fake_engines")


def open_settings(admin, code=BASELINE):
    """Choose Machine moderation > Services and rules, find the service, click Settings."""
    page = admin.page
    page.get_by_role("link", name="Services and rules").click()
    page.locator(".rules-kinds a", has_text="Image").click()
    page.get_by_role("link", name=f"Settings: {code}", exact=True).click()
    expect(page.locator(".rules-code code").first).to_have_text(code)
    return page


def choose_type(page, name):
    page.locator(".rules-tabs a", has_text=name).click()


def item(page, label):
    return page.locator(f"tr[data-code='{label}']")


def library_row(page, label):
    return page.locator(f"tr[data-lists='{label}']")


def choose_libraries(page, label, *names):
    row = library_row(page, label)
    row.locator("summary").click()
    for name in names:
        row.get_by_label(name).check()


def save(page, note="") -> list[str]:
    """Click Save, read every change in words, publish."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Note").fill(note)
    changes = [" ".join(row.split()) for row in page.locator(".rules-told tbody tr").all_inner_texts()]
    page.get_by_role("button", name="Publish as version").click()
    expect(page.locator(".as-alert", has_text="is in force now")).to_be_visible()
    return changes


class TestAdjustTheRiskDetectionScopeForImages:
    gambling = saying("[[fake:gambling=75]]")

    def test_an_item_is_switched_off(self, admin, moderate):
        assert moderate(BASELINE, self.gambling) == ("medium", ["contraband_gamble_tii"])
        page = open_settings(admin)

        # On the Prohibited tab, view the default configurations.
        choose_type(page, "Prohibited")
        expect(page.get_by_role("heading", name="Detection Scope Configuration")).to_be_visible()
        labels = page.locator("[data-panel]:not([hidden]) tr[data-code] code").all_inner_texts()
        assert labels == [
            "contraband_drug",
            "contraband_drug_tii",
            "contraband_gamble",
            "contraband_gamble_tii",
        ]
        expect(item(page, "contraband_gamble_tii")).to_contain_text("engine fake")
        expect(item(page, "contraband_gamble")).to_contain_text("needs engine")
        expect(page.locator("[role=switch]:visible")).to_have_count(0)

        # Click Edit, change the Detection Status, click Save.
        page.get_by_role("link", name="Edit", exact=True).click()
        switch = item(page, "contraband_gamble_tii").get_by_role("switch")
        expect(switch).to_be_checked()
        switch.uncheck()
        expect(page.locator("[data-changes]")).to_have_text("1 unsaved change")
        changes = save(page, note="Lotteries are ours")

        assert changes == ["Prohibited Gambling in text contraband_gamble_tii Detection status on off"]
        expect(item(page, "contraband_gamble_tii")).to_contain_text("off")
        expect(page.locator(".rules-code")).to_contain_text("v2")
        assert moderate(BASELINE, self.gambling) == ("none", ["nonLabel"])

    def test_scores_decide_the_returned_risk_level(self, admin, moderate):
        page = open_settings(admin)
        for medium, high, level in (("20", "75", "high"), ("75", "80", "medium"), ("80", "90", "low")):
            choose_type(page, "Prohibited")
            page.get_by_role("link", name="Edit", exact=True).click()
            page.get_by_label("Medium-risk score: Gambling in text").fill(medium)
            page.get_by_label("High-risk score: Gambling in text").fill(high)
            save(page)

            assert moderate(BASELINE, self.gambling) == (level, ["contraband_gamble_tii"])

    def test_scores_that_cannot_be_are_told_beside_their_item(self, admin):
        page = open_settings(admin)
        page.get_by_role("link", name="Edit", exact=True).click()
        choose_type(page, "Abusive")
        page.get_by_label("Medium-risk score: Abuse in text").fill("99")
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_role("alert")).to_contain_text("may not lie above the high score")
        expect(page.get_by_label("Medium-risk score: Abuse in text")).to_have_value("99")
        expect(page.locator("tr.rules-fault")).to_be_visible()
        assert service_of(Service.objects.first().account, BASELINE).current_version.number == 1
        admin.faults.clear()


class TestSetDifferentRiskDetectionScopesForMultipleBusinessScenarios:
    def test_the_service_is_copied_and_goes_its_own_way(self, admin, moderate):
        page = admin.page
        picture = saying("[[fake:porn=95]]")
        page.get_by_role("link", name="Services and rules").click()

        # Click Copy in the Actions column, enter a Service Name and Service Description, click Create.
        page.get_by_role("link", name=f"Copy: {BASELINE}", exact=True).click()
        expect(page.locator(".as-form code")).to_have_text(f"{BASELINE}_01")
        page.get_by_label("Service name").fill("Swimwear shop")
        page.get_by_label("Service description").fill("Swimwear is no risk here")
        page.get_by_role("button", name="Create").click()

        # Configure and edit the copied service.
        expect(page.locator(".as-alert")).to_contain_text(f"{BASELINE}_01")
        page.get_by_role("link", name="Edit", exact=True).click()
        item(page, "pornographic_adultContent").get_by_role("switch").uncheck()
        save(page)

        # The two can be called separately.
        assert moderate(BASELINE, picture) == ("high", ["pornographic_adultContent"])
        assert moderate(f"{BASELINE}_01", picture) == ("none", ["nonLabel"])
        page.get_by_role("link", name="Services and rules").first.click()
        row = page.locator("tr", has_text="Swimwear shop")
        expect(row).to_contain_text(f"copy of {BASELINE}")
        row.get_by_role("link", name="Modify info").click()
        page.get_by_label("Service name").fill("Beach shop")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Beach shop")).to_be_visible()


class TestPerformSpecialOrEmergencyModerationOnSpecificKnownImages:
    def test_a_library_sets_the_label_of_its_images(self, admin, moderate, make_library):
        make_library("Drug pictures", png(7))
        make_library("Sudden events")
        assert moderate(BASELINE, png(7)) == ("none", ["nonLabel"])
        page = open_settings(admin)

        # In the Set Labels by Customized Libraries section, view the configured custom image library.
        choose_type(page, "Prohibited")
        expect(page.get_by_role("heading", name="Set Labels by Customized Libraries")).to_be_visible()
        expect(library_row(page, "contraband_drug")).to_contain_text("Image libraries none")

        # Click Edit, select the custom image library, click Save.
        page.get_by_role("link", name="Edit", exact=True).click()
        choose_libraries(page, "contraband_drug", "Drug pictures")
        expect(item(page, "contraband_drug").get_by_role("switch")).to_be_checked()
        changes = save(page)

        assert changes == [
            "Prohibited Drugs contraband_drug Detection status off on",
            "Prohibited Drugs contraband_drug Image libraries none Drug pictures",
        ]
        expect(library_row(page, "contraband_drug")).to_contain_text("Drug pictures")
        expect(item(page, "contraband_drug")).to_contain_text("library only")
        assert moderate(BASELINE, png(7)) == ("high", ["contraband_drug_lib"])
        assert moderate(BASELINE, png(8)) == ("none", ["nonLabel"])


class TestExemptTrustedImagesFromRiskDetection:
    def test_an_exempt_library_answers_nonlabel_lib_alone(self, admin, moderate, make_library):
        picture = saying("[[fake:porn=99]]", width=640)
        make_library("Official pictures", picture)
        make_library("Drug pictures")
        assert moderate(BASELINE, picture)[0] == "high"
        page = open_settings(admin)

        # Click the Exemption Configuration tab: the switches of all image libraries are off.
        choose_type(page, "Exemption Configuration")
        rows = page.locator("[data-panel='exemption'] tbody tr")
        expect(rows).to_have_count(2)
        for row in rows.all():
            expect(row).to_contain_text("off")

        # Click Edit, turn on the exemption switch for the image library, click Save.
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_role("switch", name="Exemption: Official pictures").check()
        changes = save(page)

        assert changes == ["Whole service Exempt image libraries none Official pictures"]
        expect(page.locator("[data-panel='exemption'] tr", has_text="Official")).to_contain_text("on")
        assert moderate(BASELINE, picture) == ("none", ["nonLabel_lib"])


class TestCustomizeDetectionSettingsForTextInImages:
    code = "baselineCheck"

    def test_ignored_keywords_are_taken_out_before_detection(self, admin, moderate, account):
        """The guide's example: “Here is a small cat”, with “is” and “a” ignored, is “Here small cat”."""
        make_vocabulary(account, name="Small words", words=["is", "a"])
        make_vocabulary(account, name="Cats", words=["Here small cat"])
        picture = saying("Here is a small cat")
        page = open_settings(admin, self.code)
        page.get_by_role("link", name="Edit", exact=True).click()
        choose_type(page, "Prohibited")
        choose_libraries(page, "contraband_drug_tii", "Cats")
        save(page)
        assert moderate(self.code, picture) == ("none", ["nonLabel"])

        # On the Ignoring vocabulary configuration tab the switches for all vocabularies are turned off.
        choose_type(page, "Ignoring vocabulary configuration")
        rows = page.locator("[data-panel='ignored'] tbody tr")
        expect(rows).to_have_count(2)
        for row in rows.all():
            expect(row).to_contain_text("off")

        # Click Edit and turn on the switch for the vocabulary that you want to ignore; click Save.
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_role("switch", name="Ignore: Small words").check()
        changes = save(page)

        assert changes == ["Whole service Ignored vocabularies none Small words"]
        assert moderate(self.code, picture) == ("high", ["contraband_drug_tii_lib"])

    def test_flagged_keywords_return_the_label_of_the_vocabulary(self, admin, moderate, account):
        make_vocabulary(account, name="Drug words", words=["blue lotus"])
        picture = saying("Fresh blue lotus today")
        page = open_settings(admin, self.code)

        # Every label that ends in tii takes a vocabulary.
        choose_type(page, "Prohibited")
        for label in ("contraband_drug_tii", "contraband_gamble_tii"):
            expect(library_row(page, label)).to_contain_text("Vocabularies")
        expect(library_row(page, "contraband_drug_tii").locator("code")).to_have_text(
            "contraband_drug_tii_lib"
        )

        # Click Edit, select the custom vocabulary, click Save.
        page.get_by_role("link", name="Edit", exact=True).click()
        choose_libraries(page, "contraband_drug_tii", "Drug words")
        save(page)

        assert moderate(self.code, picture) == ("high", ["contraband_drug_tii_lib"])
