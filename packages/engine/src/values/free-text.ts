/** Names under which programs keep text that people write: a prior about data, never a proof. */

const names = /^(?:(?:\w+_)?(?:name|title|label|username|nickname|subject|email|caption|headline|surname|firstname|lastname|summary|comment|message|reason)|description|desc|bio|text|content|body|address|company|organi[sz]ation|city|country|tagline|answer|question|note|notes|remark|remarks|value|output|error|query|keyword|keywords|tags?|filename|original_filename|user_agent|referrer|referer)$/;
const shortNames = /^(?:(?:display|full|user|first|last|nick|real|screen|given|family|short|volume|server|instance|project|tenant|group|room|channel|team|author|owner|customer|file)_?name|username|name|nickname|surname|title|subject|email|comment|user)$/;
const ownNames = /^(?:(?:class|tag|field|module|template|view|url|func|function|app|type|attr|column|table|model|verbose|codename|icon|form|widget|method|key|param|css|style|element|plugin|package|host|css_class|short_description|content_type)_?name|__name__|qualname)$/;

/** Holds for the name of text that someone writes: a title, a comment, the name of a person or a thing. */
export const isFreeText = (name: string): boolean => !ownNames.test(name) && (names.test(name) || shortNames.test(name));

/** Holds for names of text that is no markup by intention: names of people and things, and titles. */
export const isNameText = (name: string): boolean => !ownNames.test(name) && shortNames.test(name);
