"""A client's plan opened for its owner: everything their pages start from."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils.translation import gettext as _

from apps.care.models import Client, Enrollment, SiteLine
from apps.care.rules.plan_rules import Gap
from apps.care.services.own_words import own_words_of
from apps.care.services.tasks import primary_counselor
from apps.care.services.vocabulary import offer_of, program_of
from apps.plans import selectors
from apps.plans.chips import Words
from apps.plans.models import Comment, PlanPerson
from apps.plans.reading import ReadSection, arranged, read_plan
from apps.plans.selectors import CurrentPlan, LiveParts
from apps.plans.wording import Speaker


@dataclass(frozen=True)
class Book:
    client: Client
    at: datetime
    language: str

    @cached_property
    def plan(self) -> CurrentPlan:
        return selectors.current_plan(self.client)

    @cached_property
    def live(self) -> LiveParts:
        return selectors.live_parts(self.client)

    @cached_property
    def people(self) -> list[PlanPerson]:
        return selectors.people_of(self.client)

    @cached_property
    def comments(self) -> list[Comment]:
        """Ideas that are still to be looked at: an agreed plan has none."""
        if self.plan.open is None:
            return []
        return selectors.comments_on(self.plan.open, after=self.plan.agreed)

    @cached_property
    def enrollment(self) -> Enrollment | None:
        """The episode of care that is running, else the last one."""
        return (
            self.client.enrollments.select_related("program__site", "client")
            .order_by(F("ended_on").desc(nulls_first=True), "pk")
            .first()
        )

    @cached_property
    def to(self) -> Speaker:
        if self.enrollment is None:
            return Speaker(_("your counselor"), ZoneInfo("UTC"), self.at)
        try:
            name = primary_counselor(self.enrollment, self.at).name
        except ValueError:
            name = _("your counselor")
        return Speaker(name, self.enrollment.zone, self.at)

    @cached_property
    def words(self) -> Words:
        """What can be chosen while writing, with words of a check-in among the own ones."""
        own = {item.code: item.label for item in own_words_of(self.client)}
        if self.enrollment is None:
            return Words(own)
        return Words(own, offer_of(program_of(self.enrollment, self.at)))

    @property
    def lines(self) -> list[SiteLine]:
        """Whom to call at the site, as its help page lists them."""
        if self.enrollment is None:
            return []
        site = self.enrollment.program.site
        return list(site.lines.order_by("position", "pk"))

    @property
    def writing(self) -> dict:
        """The words that can be changed: the newest version's."""
        return arranged(self.plan.newest.content, self.live) if self.plan.newest else {}

    @property
    def in_use(self) -> dict:
        """The words that count now."""
        return arranged(self.plan.in_use.content, self.live) if self.plan.in_use else {}

    @property
    def is_writable(self) -> bool:
        newest = self.plan.newest
        return newest is None or newest.is_editable

    @cached_property
    def gaps(self) -> list[Gap]:
        return selectors.gaps_of(self.client, self.writing, self.people)

    @cached_property
    def sections(self) -> list[ReadSection]:
        return read_plan(
            self.writing,
            self.language,
            live=self.live,
            comments=self.comments,
            gaps=self.gaps,
        )

    def section(self, key: str) -> ReadSection:
        return next(section for section in self.sections if section.key == key)
