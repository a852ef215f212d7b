/**
 * Fuzz targets for malformed and hostile input. An ordinary test run replays the kept inputs; the
 * profile {@code fuzz} searches for new ones.
 */
@NullMarked
package dev.midstream.fuzz;

import org.jspecify.annotations.NullMarked;
