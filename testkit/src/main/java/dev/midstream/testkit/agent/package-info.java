/** Small agents for tests of an engine: decisions as lambdas, and the usual edits. */
@NullMarked
package dev.midstream.testkit.agent;

import org.jspecify.annotations.NullMarked;
