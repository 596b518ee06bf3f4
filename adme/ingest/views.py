"""Pages of imports."""


def import_list(request): ...


def import_new(request): ...


def import_detail(request, public_id): ...
