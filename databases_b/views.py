"""Pages of Database B."""


def indicator_list(request): ...


def indicator_detail(request, dataset, code): ...
