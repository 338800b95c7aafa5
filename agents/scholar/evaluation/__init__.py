"""How good retrieval, verification and drafting are, measured on real bibliographies."""
