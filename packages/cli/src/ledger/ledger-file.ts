/**
 * A ledger as one file: a line that says what it is, a header, packed sections, and a digest of all that stands before it.
 *
 * Nothing in it is code and nothing of it is run. What does not fit in every detail is not read at all.
 */
import { createHash } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { type LedgerSection, type LedgerSections, ledgerFormat } from "../engine.ts";

const firstLine = `warrant-ledger ${ledgerFormat}\n`;
const digestBytes = 32;
/** No section of a ledger is larger: a bound on what a broken header can make us unpack. */
const sectionBytesMax = 1 << 30;

interface SectionPlace {
  readonly name: string;
  readonly form: "numbers" | "json";
  /** Bytes in the file, and unpacked. */
  readonly packed: number;
  readonly bytes: number;
}

/** A ledger that was read: its header, and its sections, unpacked when they are asked for. */
export interface LedgerFile<Header> {
  readonly header: Header;
  readonly sections: LedgerSections;
}

/** Packs a ledger. The lightest packing: it is written at the end of every review. */
export function packLedger(header: unknown, sections: LedgerSections): Uint8Array {
  const places: SectionPlace[] = [];
  const bodies: Uint8Array[] = [];
  for (const [name, section] of Object.entries(sections)) {
    const bytes = typeof section === "string" ? Buffer.from(section) : new Uint8Array(section.buffer, section.byteOffset, section.byteLength);
    const packed = deflateRawSync(bytes, { level: constants.Z_BEST_SPEED });
    places.push({ name, form: typeof section === "string" ? "json" : "numbers", packed: packed.length, bytes: bytes.length });
    bodies.push(packed);
  }
  const head = Buffer.from(`${firstLine}${JSON.stringify({ header, places })}\n`);
  const hash = createHash("sha256").update(head);
  for (const body of bodies) hash.update(body);
  return Buffer.concat([head, ...bodies, hash.digest()]);
}

/** Reads a ledger; undefined if the bytes are none, of another format, or damaged. */
export function unpackLedger<Header>(bytes: Uint8Array): LedgerFile<Header> | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < firstLine.length + digestBytes || file.toString("latin1", 0, firstLine.length) !== firstLine) return undefined;
  const end = file.length - digestBytes;
  if (!createHash("sha256").update(file.subarray(0, end)).digest().equals(file.subarray(end))) return undefined;
  const headEnd = file.indexOf(10, firstLine.length);
  if (headEnd < 0) return undefined;
  try {
    const { header, places } = JSON.parse(file.toString("utf8", firstLine.length, headEnd)) as { header: Header; places: readonly SectionPlace[] };
    let at = headEnd + 1;
    const found = new Map<string, () => LedgerSection>();
    for (const place of places) {
      const from = at;
      at += place.packed;
      found.set(place.name, () => unpackSection(file.subarray(from, from + place.packed), place));
    }
    return at === end ? { header, sections: lazySections(found) } : undefined;
  } catch {
    return undefined;
  }
}

function unpackSection(packed: Uint8Array, place: SectionPlace): LedgerSection {
  const bytes = inflateRawSync(packed, { maxOutputLength: Math.min(sectionBytesMax, Math.max(1, place.bytes)) });
  if (place.form === "json") return bytes.toString("utf8");
  const numbers = new Int32Array(bytes.length >> 2);
  new Uint8Array(numbers.buffer).set(bytes.subarray(0, numbers.byteLength));
  return numbers;
}

/** Sections as properties that are unpacked on first use: a question asks for a few of them only. */
function lazySections(found: ReadonlyMap<string, () => LedgerSection>): LedgerSections {
  const sections: Record<string, LedgerSection> = {};
  for (const [name, unpack] of found) {
    let section: LedgerSection | undefined;
    Object.defineProperty(sections, name, { enumerable: true, get: () => (section ??= unpack()) });
  }
  return sections;
}
