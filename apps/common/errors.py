from django.shortcuts import render


def csrf_failure(request, reason=""):
    """The form stood open too long, or came from another site. Nothing was changed."""
    return render(request, "403_csrf.html", status=403)
