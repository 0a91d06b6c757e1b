"""What is made from the code: tables of the documentation, definitions for Meltano."""
