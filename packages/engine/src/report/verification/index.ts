/** The forms of checked claims: one table, as for reviews. */
import type { Verification } from "../../verify/index.ts";
import type { FormOptions } from "../forms.ts";
import { verificationHtml } from "./html.ts";
import { verificationJson } from "./json.ts";
import { verificationMarkdown } from "./markdown.ts";
import { verificationText } from "./text.ts";

/** A form that checked claims can be put into. */
export interface VerificationForm {
  readonly name: string;
  /** The text in pieces. */
  readonly render: (verification: Verification, options: Pick<FormOptions, "style" | "quiet">) => Iterable<string>;
}

/** In the order in which help lists them. */
export const verificationForms: readonly VerificationForm[] = [
  { name: "text", render: (verification, options) => [verificationText(verification, options)] },
  { name: "markdown", render: (verification) => [verificationMarkdown(verification)] },
  { name: "json", render: (verification) => verificationJson(verification) },
  { name: "html", render: (verification) => verificationHtml(verification) },
];

export { verificationData, verificationSchemaVersion } from "./json.ts";
