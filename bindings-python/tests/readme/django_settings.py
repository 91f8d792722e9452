"""The least that Django needs."""

SECRET_KEY = "none"
ROOT_URLCONF = "django_settings"
ALLOWED_HOSTS = ["*"]
urlpatterns: list[object] = []
