"""Values and maths shared by every layer: numpy and pydantic only, neither torch nor Qt."""
