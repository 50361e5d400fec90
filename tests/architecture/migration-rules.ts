/** A change of a script's that would keep a running broker waiting, or break the version before. */
export interface Complaint {
  statement: string;
  text: string;
}

/** Few rows, and seldom written: a lock on them is short whatever is done. */
const SMALL_TABLES = [
  ...['tenant', 'policy', 'access_role', 'person', 'member', 'invitation', 'api_key', 'two_factor'],
  ...['webhook', 'certificate_authority', 'token_issuer', 'grant', 'read_grant', 'writer'],
];

const NAME = String.raw`(?:ONLY )?(?:"?\w+"?\.)?"?(\w+)"?`;

/** What a migration may not contain once there are installations (docs/decisions/0023). */
export function complaintsAbout(script: string): Complaint[] {
  const isContract = /^-- Contract: /.test(script);
  const statements = statementsOf(script);
  const isNew = new Set(
    statements.map((text) => tableIn(text, 'CREATE(?: UNLOGGED)? TABLE(?: IF NOT EXISTS)?')),
  );
  const complaints: Complaint[] = [];
  for (const statement of statements) {
    const add = (text: string) => complaints.push({ statement, text });
    const altered = tableIn(statement, 'ALTER TABLE(?: IF EXISTS)?');
    if (altered !== null && !isNew.has(altered)) {
      const actions = statement.replace(/^ALTER TABLE [^ ]+ /i, '');
      if (/\bALTER (COLUMN )?"?\w+"? (SET DATA )?TYPE\b/i.test(actions))
        add('it rewrites the table: add a column');
      if (/\bSET NOT NULL\b/i.test(actions))
        add('it reads the whole table under a lock: NOT VALID and VALIDATE');
      if (/\bADD (COLUMN )?[^,]*\b(SERIAL|BIGSERIAL|GENERATED)\b/i.test(actions))
        add('it rewrites the table');
      if (/\bDEFAULT (?!now\(\))"?\w+"?(\."?\w+"?)?\(/i.test(actions))
        add('a default that is computed for each row rewrites the table');
      if (/\bADD (COLUMN )?(?!CONSTRAINT)[^,]*\bNOT NULL\b(?![^,]*\bDEFAULT\b)/i.test(actions))
        add('rows that are there have no value: give a default');
      if (/\b(FOREIGN KEY|CHECK ?\()/i.test(actions) && !/\bNOT VALID\b/i.test(actions))
        add('it reads the whole table under a lock: NOT VALID, and VALIDATE in the next migration');
      if (/\bADD (CONSTRAINT "?\w+"? )?(UNIQUE|PRIMARY KEY)\b(?! USING INDEX)/i.test(actions))
        add('it makes an index under a lock: CREATE UNIQUE INDEX CONCURRENTLY, then USING INDEX');
      if (/\bRENAME\b/i.test(actions)) add('the version before does not know the new name');
      if (/\bDROP (COLUMN|CONSTRAINT)\b/i.test(actions) && !isContract) add(CONTRACT);
    }
    if (/^DROP (TABLE|SCHEMA)\b/i.test(statement) && !isContract) add(CONTRACT);
    const isConcurrent = /^(CREATE (UNIQUE )?|DROP |RE)INDEX CONCURRENTLY\b/i.test(statement);
    const indexed = /^CREATE (UNIQUE )?INDEX/i.test(statement) ? tableIn(statement, '.* ON') : null;
    if (indexed !== null && !isConcurrent && !isNew.has(indexed) && !SMALL_TABLES.includes(indexed))
      add('it locks the table until the index is made: CONCURRENTLY');
    if (isConcurrent && statements.length > 1) add('CONCURRENTLY must be a migration of its own');
    if (/^(UPDATE|DELETE FROM)\b/i.test(statement) && !/\bWHERE\b/i.test(statement))
      add('it writes the whole table at once');
    if (/^(LOCK|CLUSTER|VACUUM)\b/i.test(statement)) add('it locks a whole table');
  }
  return complaints;
}

const CONTRACT =
  'the version before still uses it: a later release may do it, in a script that begins with "-- Contract: "';

/** Without comments and the bodies of functions, one blank between words. */
function statementsOf(script: string): string[] {
  return script
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/\$(\w*)\$[^]*?\$\1\$/g, "''")
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

function tableIn(statement: string, before: string): string | null {
  return new RegExp(`^${before} ${NAME}`, 'i').exec(statement)?.[1] ?? null;
}
