"""Page after page, no row lost."""
