/** A lucide icon as `[tag, attributes]` pairs; the build reads them from lucide-static (ISC). */
declare module 'icon:*' {
    const shape: [string, Record<string, string>][];
    export default shape;
}
