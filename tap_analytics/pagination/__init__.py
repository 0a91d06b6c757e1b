"""Page after page, no row lost: the paginators, and what all of them share."""
