import { describe, expect, test } from "vitest";
import { isPlaceholder, isSecretName } from "../../src/values/index.ts";

describe("names of secrets", () => {
  test.each([
    "password", "db_password", "DB_PASSWORD", "dbPassword", "passwd", "passphrase", "token", "access_token", "accessToken", "apiKey", "api-key", "API_KEY",
    "secret", "client_secret", "SECRET_KEY", "private_key", "credentials", "session_id", "password2", "self_password", "user.password",
  ])("%s is one", (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    "password_file", "password_length", "token_url", "token_type", "tokens_used", "has_password", "password_reset", "reset_password_form", "secret_name", "password_hash", "token_normalize_func", "password_hasher", "remove_password", "get_token",
    "user", "key", "monkey", "tokenize", "tokenizer", "passwordless", "secretary", "author", "session", "bypass", "compass", "max_tokens", "PassWord", "api_key_id", "path", "",
  ])("%s is none", (name) => expect(isSecretName(name)).toBe(false));
});

describe("placeholders", () => {
  test.each([
    "<password>", "${TOKEN}", "$TOKEN", "{token}", "%(token)s", "changeme", "change-me", "CHANGE_ME", "your-token-here", "xxx", "XXXX", "***", "...", "----", "example",
    "TODO", "none", "null", "test", "password", "secret", " <x> ", "[token]", "dummy-value", "REDACTED",
  ])("%s is one", (text) => expect(isPlaceholder(text)).toBe(true));

  test.each(["hunter22", "s3cr3t!", "AKIAIOSFODNN7ABCDEFG", "correct horse", "p4ssw0rd", "a", "tok_live_4242"])("%s is none", (text) => expect(isPlaceholder(text)).toBe(false));
});
