def one_page(rows, most: int, *, newest_first: bool = True) -> list:
    """Which rows, and then the rows: an index that holds the filters' columns finds the first alone."""
    order = "-pk" if newest_first else "pk"
    found = list(rows.order_by(order).values_list("pk", flat=True)[:most])
    return list(rows.filter(pk__in=found).order_by(order)) if found else []
