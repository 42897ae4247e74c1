/** Ids and the reference that follows from one (contract.md, "Sending a report"). */

/** A new id: time-ordered (UUID version 7), so that a person's reports stand in the order in which they were made. */
export function newId(now = Date.now()): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    for (let at = 5, rest = now; at >= 0; at--, rest = Math.floor(rest / 256)) {
        bytes[at] = rest % 256;
    }
    bytes[6] = (bytes[6]! & 0x0f) | 0x70;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `208-226-399-3`: what people read aloud. The server takes the next number if this one is taken, and its answer wins. */
export function referenceOf(id: string): string {
    const nine = (BigInt('0x' + id.replace(/-/g, '').slice(-15)) % 1000000000n).toString().padStart(9, '0');
    let total = 0;
    [...nine].reverse().forEach((char, place) => {
        const value = Number(char) * (place % 2 ? 1 : 2);
        total += value > 9 ? value - 9 : value;
    });
    return `${nine}${(10 - (total % 10)) % 10}`.replace(/(...)(...)(...)/, '$1-$2-$3-');
}
