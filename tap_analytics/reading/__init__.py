"""One way through a list: page after page, part after part, report after report."""
