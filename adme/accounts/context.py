"""What every template may use about the user: navigation entries and permissions."""


def navigation(request):
    return {}
