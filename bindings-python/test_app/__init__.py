"""The program that black-box runs start: HaMS used as an application would."""
