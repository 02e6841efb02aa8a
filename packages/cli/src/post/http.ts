/**
 * Calls of a host's API: one host, one token, bounds on everything.
 *
 * The token goes to the origin it was given for and nowhere else: a redirect is not followed, a link to the next page must lie on
 * the same origin. It is in no message. What is refused for its rate is tried again a few times, what fails on the way only if it
 * changes nothing or changes the same thing again.
 */
import { UsageError, messageOf } from "../exit.ts";

export interface ApiOptions {
  /** Where the API lies, without a slash at the end. */
  readonly base: string;
  /** The value of the header Authorization. */
  readonly authorization: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text that must not be in any message, even if the host sends it back. */
  readonly secrets: readonly string[];
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

type Method = "GET" | "POST" | "PATCH" | "PUT";

const attemptsMax = 4;
const waitSecondsMax = 60;
const requestMilliseconds = 30_000;
const answerCharactersMax = 30_000_000;

/** A call that the host refused. */
export class ApiError extends UsageError {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export class Api {
  private readonly origin: string;

  constructor(private readonly options: ApiOptions) {
    this.origin = apiUrl(options.base).origin;
  }

  /** Calls the API and returns what it answers to a success; `path` begins with a slash, or is a whole address on the same origin. */
  async call(method: Method, path: string, body?: unknown): Promise<Answer> {
    const url = this.urlOf(path);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once(method, url, body);
      if (answer instanceof Error) {
        if (method === "POST" || attempt === attemptsMax) throw new UsageError(this.clean(`${method} ${url.pathname}: the host cannot be reached: ${reasonOf(answer)}`));
        await this.options.wait(1_000 * 2 ** (attempt - 1));
        continue;
      }
      if (answer.status >= 200 && answer.status < 300) return answer;
      const seconds = attempt < attemptsMax ? secondsUntilRetry(answer, method, attempt) : undefined;
      if (seconds === undefined) throw this.refused(method, url, answer);
      await this.options.wait(seconds * 1_000);
    }
  }

  /** The items of all pages, at most `pagesMax` of them. */
  async pages(path: string, pagesMax = 30): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let next: string | undefined = path;
    for (let page = 0; next !== undefined && page < pagesMax; page++) {
      const answer: Answer = await this.call("GET", next);
      const data = parseJson(answer.text);
      if (Array.isArray(data)) items.push(...(data as readonly unknown[]));
      next = nextLink(answer.headers.get("link") ?? "");
    }
    return items;
  }

  private urlOf(path: string): URL {
    const url = new URL(path.startsWith("/") ? `${this.options.base}${path}` : path);
    if (url.origin !== this.origin) throw new UsageError(`the host leads to ${url.origin}; nothing was sent there`);
    return url;
  }

  private async once(method: Method, url: URL, body: unknown): Promise<Answer | Error> {
    try {
      const response = await fetch(url, {
        method, redirect: "manual", signal: AbortSignal.timeout(requestMilliseconds),
        headers: {
          ...this.options.headers, authorization: this.options.authorization, "user-agent": "warrant",
          ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, text: text.slice(0, answerCharactersMax), headers: response.headers };
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error));
    }
  }

  private refused(method: Method, url: URL, answer: Answer): ApiError {
    const told = answer.status >= 300 && answer.status < 400 ? "it redirects, which is not followed with a token; name the address that it leads to" : hintOf(answer);
    // A refusal for the rate says nothing of what the token may do.
    return new ApiError(this.clean(`${method} ${url.pathname}: ${answer.status}: ${told}`), isRateLimit(answer) ? 429 : answer.status);
  }

  private clean(message: string): string {
    return this.options.secrets.filter((secret) => secret !== "").reduce((text, secret) => text.replaceAll(secret, "***"), message);
  }
}

/** Reads the address of an API: encrypted, unless it is this machine. */
export function apiUrl(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new UsageError(`${address}: this is no address; it begins with https://`);
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) throw new UsageError(`${url.origin}: a token is sent over https only`);
  if (url.username !== "" || url.password !== "") throw new UsageError(`${url.origin}: name the user in the environment, not in the address`);
  return url;
}

const isRateLimit = ({ status, headers, text }: Answer): boolean =>
  status === 429 || (status === 403 && (headers.get("retry-after") !== null || headers.get("x-ratelimit-remaining") === "0" || /rate limit/i.test(text)));

/** Seconds until the same call may be made again; undefined if it makes no sense, or takes too long. */
function secondsUntilRetry(answer: Answer, method: Method, attempt: number): number | undefined {
  const { status, headers } = answer;
  const after = headers.get("retry-after");
  const isRate = isRateLimit(answer);
  const isPassing = method !== "POST" && (status === 502 || status === 503 || status === 504);
  if (!isRate && !isPassing) return undefined;
  const seconds = after !== null && /^[0-9]+$/.test(after) ? Number(after) : 2 ** (attempt - 1);
  return seconds <= waitSecondsMax ? seconds : undefined;
}

const hints: Readonly<Record<number, string>> = {
  401: "the token is not accepted", 403: "the token may not do this", 404: "it is not there, or the token may not see it", 422: "the host cannot make sense of it", 429: "too many calls",
};

function hintOf({ status, text }: Answer): string {
  const data = parseJson(text);
  const message = typeof data === "object" && data !== null && "message" in data && typeof data.message === "string" ? data.message : text.split("\n", 1)[0];
  return [hints[status] ?? "the host refuses it", (message ?? "").slice(0, 300)].filter((each) => each !== "").join(": ");
}

/** Parses JSON, with or without the prefix that Gerrit puts before it; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\)\]\}'\s*/, ""));
  } catch {
    return undefined;
  }
}

/** The address of the next page in a header `Link: <…>; rel="next"`. */
function nextLink(header: string): string | undefined {
  for (const each of header.split(",")) {
    const match = /^\s*<([^>]*)>\s*;(.*)$/.exec(each);
    if (match !== null && /\brel="?next"?/.test(match[2] ?? "")) return match[1];
  }
  return undefined;
}

const reasonOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);
