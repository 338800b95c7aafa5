"""What the user made, in one SQLite file: migrations, and one repository class per noun."""
