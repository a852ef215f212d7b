/** Tests of the engines of a worker. */
@NullMarked
package dev.midstream.engines.worker;

import org.jspecify.annotations.NullMarked;
