"""An OpenAPI 3 document -> entries of a configuration, one for each list that it describes."""
