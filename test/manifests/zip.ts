/** A zip archive of a few small files, stored as they are (PKWARE's APPNOTE, 4.3). The same files give the same bytes: there is no time in it. */
import { crc32 } from "node:zlib";

export interface ZipEntry {
  /** ASCII, no folders. */
  readonly name: string;
  readonly body: Buffer;
}

const signatures = { file: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 };
/** 1 January 1980, the first day there is. */
const day = 0x0021;

export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, body } of entries) {
    const head = headOf(name, body);
    const file = Buffer.concat([numbers([4, signatures.file]), head, Buffer.from(name, "ascii"), body]);
    const place = numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(
      Buffer.concat([numbers([4, signatures.directory], [2, 20]), head, place, Buffer.from(name, "ascii")]),
    );
    files.push(file);
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  const count = entries.length;
  const end = numbers(
    [4, signatures.end],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, listed.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...files, listed, end]);
}

/** What a file's own header and its line in the directory have in common. */
function headOf(name: string, body: Buffer): Buffer {
  const sizes = [[4, body.length] as const, [4, body.length] as const];
  return numbers([2, 20], [2, 0], [2, 0], [2, 0], [2, day], [4, crc32(body)], ...sizes, [2, name.length], [2, 0]);
}

function numbers(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
