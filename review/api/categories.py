import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from moderation.catalogue.groups import GROUPS
from moderation.models.content import ContentType
from review.categories import categories_of
from review.models import BlockCategory
from review.operations.categories import EDITABLE, change_category, create_category

SCOPES = {"GET": "services:read", "POST": "services:write", "PATCH": "services:write"}
SPAM = {
    "code": "spam",
    "name": "Spam",
    "name_zh": "垃圾信息",
    "groups": ["advertising", "fraud"],
    "content_types": [],
    "policy": "Block what sells something that nobody asked for.",
    "reasons": ["Contact details", "Link"],
    "is_severe": False,
    "position": 7,
    "is_retired": False,
}
ANSWER = OpenApiExample("A category", value=SPAM, response_only=True, status_codes=["200", "201"])


class NewCategory(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    groups: list[str]
    name_zh: str = ""
    content_types: list[str] = []
    policy: str = ""
    reasons: list[str] = []
    is_severe: bool = False
    position: int | None = None
    is_retired: bool = False


class CategoryChange(msgspec.Struct, forbid_unknown_fields=True):
    name: str | msgspec.UnsetType = msgspec.UNSET
    name_zh: str | msgspec.UnsetType = msgspec.UNSET
    groups: list[str] | msgspec.UnsetType = msgspec.UNSET
    content_types: list[str] | msgspec.UnsetType = msgspec.UNSET
    policy: str | msgspec.UnsetType = msgspec.UNSET
    reasons: list[str] | msgspec.UnsetType = msgspec.UNSET
    is_severe: bool | msgspec.UnsetType = msgspec.UNSET
    position: int | msgspec.UnsetType = msgspec.UNSET
    is_retired: bool | msgspec.UnsetType = msgspec.UNSET


class CategoryChangeShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, required=False)
    name_zh = serializers.CharField(max_length=60, required=False, allow_blank=True)
    groups = serializers.ListField(
        child=serializers.ChoiceField(list(GROUPS)),
        required=False,
        help_text="Detection types. A block bears the machine's own label of one of these, else the first "
        "that the catalogue has there for the kind of content.",
    )
    content_types = serializers.ListField(
        child=serializers.ChoiceField(ContentType.values),
        required=False,
        help_text="For which content it is offered; none means all.",
    )
    policy = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    reasons = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=20, required=False
    )
    is_severe = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=0, max_value=999, required=False)
    is_retired = serializers.BooleanField(required=False, help_text="Offered no more.")


class NewCategoryShape(CategoryChangeShape):
    code = serializers.CharField(max_length=40, help_text="Small letters, digits and underscores.")
    name = serializers.CharField(max_length=60)
    groups = serializers.ListField(child=serializers.ChoiceField(list(GROUPS)))


class CategoryShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    groups = serializers.ListField(child=serializers.ChoiceField(list(GROUPS)))
    content_types = serializers.ListField(child=serializers.ChoiceField(ContentType.values))
    policy = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    is_severe = serializers.BooleanField()
    position = serializers.IntegerField()
    is_retired = serializers.BooleanField()


def category_body(category: BlockCategory) -> dict:
    return {"code": category.code} | {name: getattr(category, name) for name in EDITABLE}


class Categories(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="list_review_categories",
        summary="List the categories under which the account's reviewers block",
        description="In their order, those that were retired as well.",
        responses=answers({200: CategoryShape(many=True)}, 401, 403, 429),
        examples=[ANSWER],
    )
    def get(self, request):
        categories_of(self.account)
        return Response([category_body(one) for one in self.owned(BlockCategory).in_order()])

    @extend_schema(
        operation_id="create_review_category",
        summary="Add a category",
        request=NewCategoryShape,
        responses=answers({201: CategoryShape}, 400, 401, 403, 409, 413, 429),
        examples=[
            OpenApiExample(
                "Spam",
                value={name: SPAM[name] for name in ("code", "name", "groups", "reasons")},
                request_only=True,
            ),
            ANSWER,
        ],
    )
    def post(self, request):
        asked = msgspec.structs.asdict(read_body(request, NewCategory))
        made = create_category(account=self.account, actor=self.caller.key, now=timezone.now(), **asked)
        return Response(category_body(made), status=201)


class OneCategory(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="change_review_category",
        summary="Change a category, or retire it",
        description="What is left out stays as it is. The code never changes.",
        request=CategoryChangeShape,
        responses=answers({200: CategoryShape}, 400, 401, 403, 404, 413, 429),
        examples=[OpenApiExample("Retire it", value={"is_retired": True}, request_only=True), ANSWER],
    )
    def patch(self, request, code):
        categories_of(self.account)
        category = self.one(BlockCategory, code=code)
        asked = msgspec.structs.asdict(read_body(request, CategoryChange))
        changed = change_category(
            category=category,
            changes={name: value for name, value in asked.items() if value is not msgspec.UNSET},
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(category_body(changed))
