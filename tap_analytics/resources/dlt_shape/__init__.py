"""A configuration in dlt's own shape -> settings of the tap."""
