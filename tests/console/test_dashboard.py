import pytest

from config.console import dashboard
from config.console.dashboard import Card, Panel
from config.console.navigation import NavItem, register


@pytest.fixture
def empty_dashboard(monkeypatch):
    monkeypatch.setattr(dashboard, "_sources", [])


@pytest.fixture
def viewer(make_member, signed_in):
    return signed_in(make_member("viewer"))


@pytest.mark.usefixtures("empty_dashboard")
class TestDashboard:
    def test_shows_cards_in_their_order(self, viewer):
        dashboard.register(order=20)(lambda request: Card("Second", 2))
        dashboard.register(order=10)(lambda request: [Card("First", 1, link="admin:profile", tone="warn")])
        dashboard.register()(lambda request: None)

        answer = viewer.get("/console/")

        assert [card.title for card in answer.context["cards"]] == ["First", "Second"]
        assert 'href="/console/profile/"' in answer.content.decode()

    def test_shows_a_role_only_its_own(self, viewer, account_admin):
        dashboard.register(ability="audit.view")(lambda request: Card("Secret", 1))

        assert "Secret" not in viewer.get("/console/").content.decode()
        assert "Secret" in account_admin.get("/console/").content.decode()

    def test_renders_a_panel_by_its_own_template(self, viewer):
        panel = Panel("Changes", "console/changes.html", {"changes": [("name", "old", "<b>")]})
        dashboard.register()(lambda request: panel)

        assert "&lt;b&gt;" in viewer.get("/console/").content.decode()

    def test_says_so_when_it_is_empty(self, viewer):
        assert "Nothing to show" in viewer.get("/console/").content.decode()

    def test_asks_nothing_for_a_person_without_account(self, signed_in, django_user_model):
        dashboard.register()(lambda request: request.account.name)
        stranger = django_user_model.objects.create_user("stranger")

        assert "do not work for an account" in signed_in(stranger).get("/console/").content.decode()


class TestSidebar:
    def test_refuses_a_group_it_does_not_have(self):
        with pytest.raises(ValueError, match="no group"):
            register(NavItem("elsewhere", "X", "x", "x"))

    def test_refuses_the_same_page_twice(self):
        with pytest.raises(ValueError, match="already"):
            register(NavItem("overview", "X", "index", "x"))

    @pytest.mark.parametrize(
        "page, expected",
        [
            ("audit_auditrecord_change", True),
            ("audit_auditrecord_changelist", True),
            ("audit_auditrecordings_change", False),
            ("audit_auditrecord_export", False),
            ("audit", False),
        ],
    )
    def test_an_entry_stands_for_its_model_only(self, page, expected):
        item = NavItem("overview", "X", "audit_auditrecord_changelist", "x")

        assert item.is_at(page) is expected
