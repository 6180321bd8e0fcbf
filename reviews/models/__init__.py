"""What a quarter keeps beside its figures."""

from reviews.models.review import Review

__all__ = ["Review"]
