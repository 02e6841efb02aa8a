/** A server on this machine that speaks what we use of the APIs of GitHub and Gerrit, as their manuals describe it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A call that came in. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string;
}

/** What is answered instead of the usual; undefined leaves it. */
export type Fault = (call: Call, count: number) => { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } | undefined;

export interface Comment {
  id: number;
  body: string;
  user: { login: string };
  path?: string;
  line?: number;
}

const login = "github-actions[bot]";

export class FakeHost {
  readonly calls: Call[] = [];
  readonly summaries: Comment[] = [];
  readonly comments: Comment[] = [];
  readonly resolved: string[] = [];
  readonly reviews: unknown[] = [];
  files: readonly { readonly filename: string; readonly patch?: string }[] = [];
  gerritFiles: Readonly<Record<string, unknown>> = {};
  pulls: readonly unknown[] = [];
  fault: Fault = () => undefined;
  pageSize = 100;
  private server: Server | undefined;
  private nextId = 1;

  async start(): Promise<string> {
    this.server = createServer((request, response) => void this.handle(request, response));
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((done) => {
      this.server?.closeAllConnections();
      this.server?.close(() => done());
    });
  }

  writes(): readonly string[] {
    return this.calls.filter((call) => call.method !== "GET").map((call) => `${call.method} ${call.path}`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const piece of request) text += String(piece);
    const call = { method: request.method ?? "", path: request.url ?? "", body: text === "" ? undefined : (JSON.parse(text) as unknown), authorization: request.headers.authorization ?? "" };
    this.calls.push(call);
    const fault = this.fault(call, this.calls.length);
    const { status, headers, body } = fault ?? this.answer(call, `http://${request.headers.host}`);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  }

  private answer({ method, path, body }: Call, origin: string): { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } {
    const url = new URL(path, origin);
    const given = body as Readonly<Record<string, unknown>>;
    const page = (items: readonly unknown[]) => {
      const number = Number(url.searchParams.get("page") ?? 1);
      const end = number * this.pageSize;
      url.searchParams.set("page", String(number + 1));
      const link: Readonly<Record<string, string>> = end < items.length ? { link: `<${url.href}>; rel="next", <${origin}>; rel="last"` } : {};
      return { status: 200, headers: link, body: items.slice(end - this.pageSize, end) };
    };
    const route = `${method} ${url.pathname}`;
    if (route === "GET /user") return { status: 403, body: { message: "Resource not accessible by integration" } };
    if (route === "GET /repos/o/r/pulls") return page(this.pulls);
    if (route === "GET /repos/o/r/pulls/7") return { status: 200, body: { number: 7, head: { sha: "abcdef0123456789" } } };
    if (route === "GET /repos/o/r/pulls/7/files") return page(this.files);
    if (route === "GET /repos/o/r/pulls/7/comments") return page(this.comments);
    if (route === "GET /repos/o/r/issues/7/comments") return page(this.summaries);
    if (route === "POST /repos/o/r/issues/7/comments") return this.add(this.summaries, { body: String(given.body) });
    if (route === "POST /repos/o/r/pulls/7/comments") return this.addInline(given);
    if (method === "PATCH") return this.edit(url.pathname, String(given.body));
    if (route === "POST /graphql") return { status: 200, body: { data: this.graphql(given) } };
    if (route === "GET /a/changes/123/revisions/current/files") return { status: 200, body: `)]}'\n${JSON.stringify(this.gerritFiles)}` };
    if (route === "POST /a/changes/123/revisions/current/review") {
      this.reviews.push(body);
      return { status: 200, body: ")]}'\n{}" };
    }
    return { status: 404, body: { message: "Not Found" } };
  }

  private add(list: Comment[], part: Omit<Comment, "id" | "user">) {
    const comment = { ...part, id: this.nextId++, user: { login } };
    list.push(comment);
    return { status: 201, body: comment };
  }

  /** The host takes comments on lines of the patch only. */
  private addInline(given: Readonly<Record<string, unknown>>) {
    if (given.line === 404) return { status: 422, body: { message: "Validation Failed" } };
    return this.add(this.comments, { body: String(given.body), path: String(given.path), line: Number(given.line) });
  }

  private edit(path: string, body: string) {
    const id = Number(path.split("/").at(-1));
    const comment = (path.includes("/pulls/") ? this.comments : this.summaries).find((each) => each.id === id);
    if (comment === undefined) return { status: 404, body: { message: "Not Found" } };
    comment.body = body;
    return { status: 200, body: comment };
  }

  private graphql({ query, variables }: Readonly<Record<string, unknown>>): unknown {
    if (String(query).startsWith("mutation")) {
      this.resolved.push(String((variables as { id: string }).id));
      return { resolveReviewThread: { thread: { id: "x" } } };
    }
    const nodes = this.comments.map((comment) => ({ id: `T${comment.id}`, isResolved: this.resolved.includes(`T${comment.id}`), comments: { nodes: [{ databaseId: comment.id }] } }));
    return { repository: { pullRequest: { reviewThreads: { pageInfo: { hasNextPage: false, endCursor: null }, nodes } } } };
  }
}
