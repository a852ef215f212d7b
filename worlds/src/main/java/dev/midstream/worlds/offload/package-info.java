/**
 * Ports with segmentation offload around an engine: super-segments in, payload by reference out.
 */
@NullMarked
package dev.midstream.worlds.offload;

import org.jspecify.annotations.NullMarked;
