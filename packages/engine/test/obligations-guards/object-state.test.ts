/** Objects whose state decides what a call does: parsers that were told to follow entities. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const examples: readonly Example[] = [
  {
    title: "parsers that were told to follow entities", detector: "xml-external-entity",
    code: `import xml.dom.pulldom
import xml.sax
import xml.sax.handler
from flask import request
from lxml import etree

OPEN = etree.XMLParser(resolve_entities=True)
CLOSED = etree.XMLParser(resolve_entities=False)

def a():
    parser = etree.XMLParser(resolve_entities=True)
    etree.fromstring(request.data, parser)

def b():
    parser = etree.XMLParser(resolve_entities=False)
    etree.fromstring(request.data, parser)

def c():
    etree.fromstring(request.data, OPEN)
    etree.fromstring(request.data, parser=CLOSED)

def d():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    xml.dom.pulldom.parseString(request.data, parser)

def e():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    xml.dom.pulldom.parseString(request.data, parser)

def made():
    return etree.XMLParser(resolve_entities=True)

def f():
    etree.fromstring(request.data, made())

def g():
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_external_ges, True)
    reader.parse(request.files["x"])

def h(parser):
    etree.fromstring(request.data, parser)
`,
    rows: ["12 violated", "19 violated", "25 violated", "36 violated", "41 violated", "44 violated kept back"],
  },
];

describe("object state", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
