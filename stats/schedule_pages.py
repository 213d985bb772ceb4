"""Exports that come by themselves, in the console: set up, paused, changed and removed."""

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.console.pages import register
from config.errors import PlatformError
from stats.export_forms import ScheduleForm, values_of
from stats.export_pages import EXPORTS, ExportPage
from stats.exports.kinds import kind_of
from stats.exports.schedules import change_schedule, create_schedule, remove_schedule
from stats.models import Export, ExportSchedule

SHOWN_RUNS = 30
SCHEDULES = (_("Scheduled exports"), "stats_export_schedules")


class SchedulePage(ExportPage):
    ability = "exports.manage"
    parents = (EXPORTS, SCHEDULES)

    def schedule(self, schedule_id: int) -> ExportSchedule:
        return self.one(ExportSchedule, pk=schedule_id, removed_at=None)


@register("export-schedules/", name="stats_export_schedules")
class Schedules(SchedulePage):
    title = _("Scheduled exports")
    template_name = "stats/schedules.html"
    parents = (EXPORTS,)

    def get(self, request):
        schedules = (
            self.owned(ExportSchedule).present().by_name().select_related("changed_by", "changed_by_key")
        )
        return self.render(schedules=list(schedules), kinds=self.kinds())


class ScheduleFormPage(SchedulePage):
    template_name = "stats/schedule.html"
    kept = None

    def form(self, kind, *args, **kwargs) -> ScheduleForm:
        may_see = self.can("content.view")
        return ScheduleForm(*args, kind=kind, account=self.request.account, may_see_content=may_see, **kwargs)

    def show(self, form, *, error: PlatformError | None = None):
        if error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        runs = self.kept.exports.order_by("-period_first")[:SHOWN_RUNS] if self.kept else ()
        return self.render(
            form=form,
            kind=form.kind,
            kinds=self.kinds(),
            schedule=self.kept,
            runs=[(run, self.link_of(run), list(run.deliveries.order_by("recipient"))) for run in runs],
            status=error.status if error else 400 if form.errors else 200,
        )


@register("export-schedules/new/", name="stats_export_schedule_new")
class NewSchedule(ScheduleFormPage):
    title = _("Schedule an export")

    def get(self, request):
        kind = self.kind(request.GET.get("kind") or Export.Kind.USAGE.value)
        first = {"every": ExportSchedule.Every.MONTH.value, "hour": 6, "name": kind.name}
        return self.show(self.form(kind, initial=first))

    def post(self, request):
        form = self.form(self.kind(request.POST.get("kind", "")), request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            create_schedule(account=request.account, actor=request.user, now=timezone.now(), **form.values())
        except PlatformError as error:
            return self.show(form, error=error)
        self.say(_("Scheduled."))
        return self.go("stats_export_schedules")


@register("export-schedules/<int:schedule_id>/", name="stats_export_schedule")
class OneSchedule(ScheduleFormPage):
    def get_title(self):
        return self.kept.name

    def get(self, request, schedule_id):
        self.kept = self.schedule(schedule_id)
        return self.show(self.form(kind_of(self.kept.kind), initial=values_of(self.kept)))

    def post(self, request, schedule_id):
        self.kept = self.schedule(schedule_id)
        form = self.form(kind_of(self.kept.kind), request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            change_schedule(schedule=self.kept, changes=form.values(), actor=request.user, now=timezone.now())
        except PlatformError as error:
            return self.show(form, error=error)
        self.say(_("Saved."))
        return self.go("stats_export_schedules")


@register("export-schedules/<int:schedule_id>/switch/", name="stats_export_schedule_switch")
class SwitchSchedule(SchedulePage):
    http_method_names = ["post"]

    def post(self, request, schedule_id):
        schedule = self.schedule(schedule_id)
        is_on = request.POST.get("on") == "1"
        change_schedule(
            schedule=schedule, changes={"is_enabled": is_on}, actor=request.user, now=timezone.now()
        )
        self.say(_now("Switched on.") if is_on else _now("Switched off."))
        return self.go("stats_export_schedules")


@register("export-schedules/<int:schedule_id>/remove/", name="stats_export_schedule_remove")
class RemoveSchedule(SchedulePage):
    http_method_names = ["post"]

    def post(self, request, schedule_id):
        remove_schedule(schedule=self.schedule(schedule_id), actor=request.user, now=timezone.now())
        self.say(_("Removed."))
        return self.go("stats_export_schedules")
