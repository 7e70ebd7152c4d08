"""Answers that carry a shape."""

from django.http import JsonResponse
from ninja import Schema


def told(shape: Schema, *, status: int = 200, **headers: str) -> JsonResponse:
    """The shape as JSON."""
    return JsonResponse(shape.model_dump(mode="json"), status=status, headers=headers)
