// Renders each label of a ZPL file with zebrash, which shares nothing with our writer.
// Usage: node render.mjs FOLDER < {"zpl", "width", "height", "dots"}; FOLDER has node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder] = process.argv.slice(2);
const { ready } = createRequire(join(resolve(folder), 'package.json'))('zpl-renderer-js');
const { zpl, width, height, dots } = JSON.parse(readFileSync(0, 'utf8'));
const { api } = await ready;
// width and height in millimetres, dots a millimetre; a PNG each, in base64
const results = await api.zplToBase64MultipleAsync(zpl, width, height, dots);
process.stdout.write(JSON.stringify({ results }), () => process.exit(0));
