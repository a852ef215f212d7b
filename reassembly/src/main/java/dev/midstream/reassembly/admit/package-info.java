/**
 * Whether a segment may go on: accepted, delayed behind a gap, or dropped. Third place on the path,
 * before delivery. Nothing here calls an agent or sends anything.
 */
@NullMarked
package dev.midstream.reassembly.admit;

import org.jspecify.annotations.NullMarked;
