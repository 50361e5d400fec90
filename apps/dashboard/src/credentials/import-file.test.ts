import { cutImport, toResultFile } from './import-file.ts';

test('an import is cut into pieces that each begin with the names', () => {
  expect(cutImport('username\r\na\nb\nc', 2)).toEqual([
    { data: 'username\na\nb', offset: 0 },
    { data: 'username\nc', offset: 2 },
  ]);
});

test('one with quotes, and one without lines, stay whole', () => {
  expect(cutImport('username,label\na,"x\ny"\nb,z', 1)).toHaveLength(1);
  expect(cutImport('username')).toEqual([{ data: 'username', offset: 0 }]);
});

test('the result has a row for each line, which no spreadsheet takes for a formula', () => {
  const issued = { line: 2, username: 'a', mqttUsername: 't:a', password: '-x', error: null };
  const failed = { line: 3, username: '=b', mqttUsername: null, password: null, error: 'no, "b" is taken' };
  expect(toResultFile([issued, failed])).toBe(
    `line,username,mqttUsername,password,error\r\n2,a,t:a,-x,\r\n3,'=b,,,"no, ""b"" is taken"\r\n`,
  );
});
