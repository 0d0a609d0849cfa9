import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const WIDTH = 960;
const HEIGHT = 540;
const BAR = 48;

/** A picture of a page that nobody made: a bar, lines of text, a button. Each number looks different. */
export function samplePng(number: number): Buffer {
  const hue = (number * 47) % 360;
  const palette = [colour(hue, 0.12, 0.97), colour(hue, 0.6, 0.45), colour(hue, 0.1, 0.75), [30, 36, 48]];
  const rows = Array.from({ length: HEIGHT }, (_, y) => row(y, number));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // 8 bits a pixel, by palette (PNG §11.2.2).
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    part("IHDR", header),
    part("PLTE", Buffer.from(palette.flat())),
    part("IDAT", deflateSync(Buffer.concat(rows), { level: 1 })),
    part("IEND", Buffer.alloc(0)),
  ]);
}

function row(y: number, number: number): Buffer {
  // The first byte says "no filter".
  const line = Buffer.alloc(WIDTH + 1);
  if (y < BAR) return line.fill(1, 1);
  const text = Math.floor((y - BAR) / 26);
  if ((y - BAR) % 26 > 12 && text < 14) line.fill(2, 49, 200 + ((text * 131 + number * 67) % 600));
  const button = 420 + ((number * 13) % 60);
  if (y > button && y < button + 36) line.fill(3, 49, 200 + ((number * 31) % 120));
  return line;
}

function part(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** HSL as three bytes. */
function colour(hue: number, saturation: number, lightness: number): number[] {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((offset) => {
    const turn = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - spread * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  });
}
