/** A lucide icon as one path; the build draws it from lucide-static's shapes (ISC). */
declare module 'icon:*' {
    const shape: string;
    export default shape;
}
